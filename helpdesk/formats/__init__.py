"""How dates are written, by language, where Django's own formats will not do; found by FORMAT_MODULE_PATH."""
