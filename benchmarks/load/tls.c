/* TLS by OpenSSL, with as few system calls and as little copying as it allows: many records are read at once, so that
 * the load generator needs less CPU for a delivery than the server that it measures. It checks no certificate. */
#include "load.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

enum { READ_AHEAD_BYTES = 1 << 16 };

static SSL_CTX *context;

void tls_set_up(void) {
    context = SSL_CTX_new(TLS_client_method());
    if (!context) die("OpenSSL makes no context for TLS.");
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, READ_AHEAD_BYTES);
}

void tls_open(struct member *m) {
    SSL *tls = SSL_new(context);
    if (!tls || SSL_set_fd(tls, m->fd) != 1) die("Member %u: OpenSSL takes no connection.", m->number);
    SSL_set_connect_state(tls);
    m->tls = tls;
}

bool tls_shake_hands(struct member *m, bool *wants_to_write) {
    ERR_clear_error();
    int result = SSL_do_handshake(m->tls), error = SSL_get_error(m->tls, result);
    if (result == 1) return true;
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
        die("Member %u: the TLS handshake failed (%s).", m->number, ERR_reason_error_string(ERR_peek_last_error()));
    *wants_to_write = error == SSL_ERROR_WANT_WRITE;
    return false;
}

/* What OpenSSL's answer would have been of send or recv. */
static ssize_t as_socket(struct member *m, int result) {
    switch (SSL_get_error(m->tls, result)) {
        case SSL_ERROR_NONE: return result;
        case SSL_ERROR_ZERO_RETURN: return 0;
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE: errno = EAGAIN; return -1;
        case SSL_ERROR_SYSCALL: return -1;
        default: die("Member %u: TLS failed (%s).", m->number, ERR_reason_error_string(ERR_peek_last_error()));
    }
}

ssize_t tls_send(struct member *m, const char *bytes, size_t len) {
    ERR_clear_error();
    return as_socket(m, SSL_write(m->tls, bytes, (int)len));
}

ssize_t tls_recv(struct member *m, char *bytes, size_t len) {
    size_t got = 0;
    while (got < len) { /* epoll tells nothing of what OpenSSL holds already, so all of it is taken */
        ERR_clear_error();
        ssize_t part = as_socket(m, SSL_read(m->tls, bytes + got, (int)(len - got)));
        if (part <= 0) return got ? (ssize_t)got : part;
        got += (size_t)part;
    }
    return (ssize_t)got;
}
