"""How fast a model service may be asked: rates, patience and the waits it asks for."""
