"""Words sentences for the first screen of the full client: they name its fields, and not options."""

ENCRYPT = "Encrypt (TLS)"
"""The label of the tick box."""
_BOX = f"“{ENCRYPT}”"
_IN_FORM = {
    "leave out --account and the password": "leave the password empty",
    "leave out --tls": f"untick {_BOX}",
    "add --tls": f"tick {_BOX}",
    "connect by TLS (--tls)": f"tick {_BOX}",
    "with --tls": f"with {_BOX} ticked",
}


def in_form(sentence: str) -> str:
    """Return a sentence that says what to type on a command line as it is to be said in the form."""
    for option, words in _IN_FORM.items():
        sentence = sentence.replace(option, words)
    return sentence
