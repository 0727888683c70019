"""How dates and numbers are written, by language (setting FORMAT_MODULE_PATH)."""
