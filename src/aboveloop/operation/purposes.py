"""Purposes: what a customer may agree to. Policies name them in `context.consents`."""

from typing import Literal, get_args

Purpose = Literal["service", "proactive_contact", "model_training", "personalisation"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
