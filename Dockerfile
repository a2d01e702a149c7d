# docker build --target server .     the server
# docker build --target client .     the terminal client
# docker build --target test .       the tests, on this Python
#
# Behind a company's proxy or mirror, hand over pip's settings and certificates for the build alone:
#   --secret id=pip.conf,src=FILE --secret id=ca.pem,src=FILE
# or only name them: --build-arg HTTPS_PROXY=… --build-arg PIP_INDEX_URL=…
# Another base image, with Python 3.11 or newer and its venv: --build-arg BASE=…

# The tag says what it is, the digest which one. Newer: `docker buildx imagetools inspect python:3.13-slim-trixie`
ARG BASE=python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285


FROM ${BASE} AS build
ARG PIP_INDEX_URL PIP_TRUSTED_HOST
ENV PIP_CONFIG_FILE=/run/secrets/pip.conf PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/build
WORKDIR /src
COPY requirements requirements
RUN --mount=type=secret,id=pip.conf --mount=type=secret,id=ca.pem \
    /opt/build/bin/pip install --quiet --require-hashes --requirement requirements/build.txt

FROM build AS wheels
COPY packages packages
COPY services services
RUN /opt/build/bin/pip wheel --quiet --no-build-isolation --no-deps --wheel-dir /wheels \
    ./packages/wire ./services/server ./services/client ./services/web


# The two environments are made without pip; the build's own pip fills them from outside.
FROM build AS server-build
RUN python -m venv --without-pip /opt/trialogue
RUN --mount=type=secret,id=pip.conf --mount=type=secret,id=ca.pem \
    /opt/build/bin/pip --python /opt/trialogue/bin/python install --quiet \
    --require-hashes --requirement requirements/server.txt
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    /opt/build/bin/pip --python /opt/trialogue/bin/python install --quiet --no-index --no-deps \
    /wheels/trialogue_wire-*.whl /wheels/trialogue_server-*.whl /wheels/trialogue_web-*.whl

FROM build AS client-build
RUN python -m venv --without-pip /opt/trialogue
RUN --mount=type=secret,id=pip.conf --mount=type=secret,id=ca.pem \
    /opt/build/bin/pip --python /opt/trialogue/bin/python install --quiet \
    --require-hashes --requirement requirements/client.txt
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    /opt/build/bin/pip --python /opt/trialogue/bin/python install --quiet --no-index --no-deps \
    /wheels/trialogue_wire-*.whl /wheels/trialogue_client-*.whl


# What both final images stand on: an interpreter, a user without rights, and a place for data.
FROM ${BASE} AS runtime
LABEL org.opencontainers.image.vendor="Trialogue" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
# Nothing is installed in a running container, so what could install goes: Debian's Python keeps it in the
# first two places, the Docker image's in the others.
RUN rm -rf /usr/lib/python3*/ensurepip /usr/share/python-wheels \
        /usr/local/lib/python3*/ensurepip /usr/local/lib/python3*/site-packages/pip* /usr/local/bin/pip* \
    && useradd --system --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin trialogue \
    && install --directory --owner trialogue --group trialogue --mode 700 /data
ENV PATH=/opt/trialogue/bin:$PATH HOME=/data LANG=C.UTF-8 PYTHONUNBUFFERED=1


FROM runtime AS server
LABEL org.opencontainers.image.title="trialogue-server" \
      org.opencontainers.image.description="A self-hosted chat server that speaks IRCv3"
COPY --from=server-build /opt/trialogue /opt/trialogue
# A container's network is not the one of people: nobody there is to hear of the server by itself.
ENV TRIALOGUE_LISTEN_HOST=0.0.0.0 TRIALOGUE_WEB_HOST=0.0.0.0 TRIALOGUE_DATA_DIRECTORY=/data \
    TRIALOGUE_ANNOUNCE_ENABLED=false
# A first look at the result, which also leaves the bytecode of the standard library that the server uses:
# without it each start under a read-only root would compile that again.
RUN trialogue-server --check-config && python -c 'import trialogue_server.cli.healthcheck'
USER 10001
VOLUME /data
EXPOSE 6667 6697 8067
HEALTHCHECK --interval=5s --timeout=5s --retries=3 \
    CMD ["python", "-m", "trialogue_server.cli.healthcheck", "127.0.0.1", "6667"]
ENTRYPOINT ["trialogue-server"]


FROM runtime AS client
LABEL org.opencontainers.image.title="trialogue-client" \
      org.opencontainers.image.description="A terminal client for chat over IRCv3"
COPY --from=client-build /opt/trialogue /opt/trialogue
RUN trialogue-client --help >/dev/null
USER 10001
VOLUME /data
ENTRYPOINT ["trialogue-client"]
CMD ["--help"]


FROM ${BASE} AS test
ARG PIP_INDEX_URL PIP_TRUSTED_HOST
ENV PIP_CONFIG_FILE=/run/secrets/pip.conf PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore PATH=/opt/test/bin:$PATH LANG=C.UTF-8
RUN python -m venv /opt/test && useradd --uid 10001 --create-home tester && install --directory --owner tester /src
WORKDIR /src
COPY requirements requirements
RUN --mount=type=secret,id=pip.conf --mount=type=secret,id=ca.pem \
    pip install --quiet --require-hashes --requirement requirements/dev.txt
COPY --chown=tester . .
RUN pip install --quiet --no-build-isolation --no-deps \
    --editable packages/wire --editable services/server --editable services/client --editable services/web
USER tester
CMD ["python", "-m", "pytest", "-rs"]
