"""The emulator's student: a small log-linear model that is really trained on the uploaded file."""
