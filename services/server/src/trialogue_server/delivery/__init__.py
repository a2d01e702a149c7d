"""Delivery: from an event to everybody who is told of it.

`commit` is the choke point; `routing` says who is told of which event, `audience` finds their sessions, `render` makes
the lines (with `multiline`, `metadata` and `timestamped`), `monitor` notifies of coming and going, `derived_records`
puts stale records into the journal, and `tick` gathers all of it until the pulse flushes. `reply` and `numerics` are
the answers to a command.
"""
