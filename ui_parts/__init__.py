"""ui_parts: what the page looks like. No logic: values of the assistant in, HTML out."""
