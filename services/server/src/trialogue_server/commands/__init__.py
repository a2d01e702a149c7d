"""The commands of the protocol: what clients can ask for. `table` lists every command; open it first.

Everything enters by `deciding`, as a value of `inputs`; the rest of the server imports these two, `effects`,
`requests`, `questions` and `core`. The engine behind them is `table`, `dispatch`, `command`, `params` and `context`.
The handlers are in folders by family: `connection`, `channels`, `messages`, `history`, `people`, `accounts`,
`metadata`, `operators`, `server` and `services`.
"""
