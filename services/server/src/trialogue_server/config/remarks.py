"""Remarks about settings that are valid and may not do what somebody expects."""

from trialogue_server.config.schema import Config


def remarks(config: Config) -> list[str]:
    """Return a sentence for each remark."""
    return [
        f"operators (entry {number}): the mask {mask} asks for a username, which is whatever somebody says with USER: "
        "only what stands after the @ tells where they come from."
        for number, operator in enumerate(config.operators, start=1)
        for mask in operator.masks
        if mask.partition("@")[0].strip("*")
    ]
