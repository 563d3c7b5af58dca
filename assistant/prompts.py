"""Every fixed word the assistant says, to a person or to a model."""

REFUSAL = "The articles in this library do not say."
