"""What survives a restart: events (history), records, the audit log. `base` is the interface; open it first.

`sqlite` is the durable store, over `database` (one file, one connection that writes, by `database_writer`) with
`rows`, `records`, `wal`, `migrations` and `database_files`; `queries` run on `read_connections`. `indexer` keeps and
searches the `search_index`, `retention` and `deletion` remove what is too old or gone, `fair_queue` takes turns.
`memory` is the store without history. `archive`, `database_copy`, `history_import`, `foreign_logs`, `log_dates` and
`wire_check` are for backups, exports and imports; `audit` and `audit_journal` for the audit log; `passwords`,
`credentials` and `lock` for what their names say.
"""
