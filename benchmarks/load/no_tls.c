/* In place of tls.c where there are no headers of OpenSSL. */
#include "load.h"

void tls_set_up(void) { die("The load generator was compiled without TLS (Debian: apt-get install libssl-dev)."); }
void tls_open(struct member *m) { (void)m; }
bool tls_shake_hands(struct member *m, bool *wants_to_write) { return !m || !wants_to_write; }
ssize_t tls_send(struct member *m, const char *bytes, size_t len) { return !m || !bytes || !len ? 0 : -1; }
ssize_t tls_recv(struct member *m, char *bytes, size_t len) { return !m || !bytes || !len ? 0 : -1; }
