"""Azure OpenAI, or any server of its paths, behind the teacher's and the tuner's ports."""
