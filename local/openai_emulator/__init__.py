"""A local server that speaks the Azure OpenAI API: chat, files, fine-tuning, deployments; no account needed."""
