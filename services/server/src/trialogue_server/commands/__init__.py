"""The commands of the protocol: what clients can ask for. `table` lists every command; open it first.

The engine is `table`, `dispatch`, `command`, `params`, `context`, `core` and `effects`. The handlers are in folders by
family: `connection`, `channels`, `messages`, `history`, `people`, `accounts`, `metadata`, `operators`, `server` and
`services`.
"""
