"""What is kept of a password: an Argon2id hash, and the keys of SCRAM.

Made in a worker thread: a hundred milliseconds of a core, on purpose.
"""

from base64 import b64encode

from trialogue_server.store.passwords import HashCost, hash_password
from trialogue_server.world.accounts import SCRAM_ITERATIONS, Credentials, ScramKeys

MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-512")


def is_usable(password: str) -> bool:
    """Can SCRAM do with this password? Control characters and the like are not allowed.

    https://www.rfc-editor.org/rfc/rfc4013
    """
    from scramp import ScramException
    from scramp.utils import saslprep

    try:
        return bool(saslprep(password))
    except ScramException:
        return False


def make_credentials(password: str, cost: HashCost) -> Credentials:
    """Return what to keep, with new salts. `cost` is that of the Argon2id hash."""
    return Credentials(hash_password(password, cost), tuple(_keys(mechanism, password) for mechanism in MECHANISMS))


def _keys(mechanism: str, password: str) -> ScramKeys:
    from scramp import ScramMechanism  # a server without passwords starts faster

    made = ScramMechanism(mechanism).make_auth_info(password, iteration_count=SCRAM_ITERATIONS)
    salt, stored, server, iterations = made
    return ScramKeys(mechanism, _text(salt), _text(stored), _text(server), iterations)


def _text(key: bytes) -> str:
    return b64encode(key).decode()
