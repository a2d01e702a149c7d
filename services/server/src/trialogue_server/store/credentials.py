"""Makes credentials from a password: an Argon2id hash, and the keys of SCRAM.

It runs in a worker thread, since it takes a hundred milliseconds of a core on purpose.
"""

import secrets
from base64 import b64encode

from trialogue_server.session.scram import HASHES, derive
from trialogue_server.store.passwords import HashCost, hash_password, prepare
from trialogue_server.world.accounts import SCRAM_ITERATIONS, Credentials, ScramKeys

MECHANISMS = tuple(HASHES)

_SALT_BYTES = 32


def make_credentials(password: str, cost: HashCost) -> Credentials:
    """Return what to keep, with new salts. `cost` is that of the Argon2id hash."""
    prepared = prepare(password)
    return Credentials(hash_password(password, cost), tuple(_keys(mechanism, prepared) for mechanism in MECHANISMS))


def _keys(mechanism: str, password: str) -> ScramKeys:
    salt, stored, server, iterations = derive(mechanism, password, secrets.token_bytes(_SALT_BYTES), SCRAM_ITERATIONS)
    return ScramKeys(mechanism, _text(salt), _text(stored), _text(server), iterations)


def _text(key: bytes) -> str:
    return b64encode(key).decode()
