"""The emulator's teacher: plans written from the catalog in the prompt, without any language model."""
