# Two stages: the first compiles, the second holds one binary, its configuration and nothing else.
#
#     docker build -t dingdan .
#     docker run --rm -p 127.0.0.1:8080:8080 -v dingdan:/var/lib/dingdan \
#         -v ./config:/etc/dingdan/config:ro --env-file dingdan.env dingdan
#
# The chat archive's library ([wecom.archive] sdk) isn't ours to ship: mount it beside the configuration,
# with the private keys, such as `-v ./archive:/etc/dingdan/archive:ro`, and name it by its path. It runs
# on this image's glibc; the vendor builds it for x86-64 and arm64.
#
# dingdan.env has the secrets that config/dingdan.toml names (README: "Connect WeCom and DingTalk").

FROM rust:1-bookworm AS builder
WORKDIR /build
COPY . .
# The caches outlive a change of the sources, so that only what changed is compiled again.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin dingdan \
    && install -D target/release/dingdan /out/dingdan

FROM debian:bookworm-slim
# TLS to the platforms is checked against the system's roots.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/dingdan --create-home dingdan

COPY --from=builder /out/dingdan /usr/local/bin/dingdan
COPY config /etc/dingdan/config
# What others wrote in the binary is named by /assets/THIRD_PARTY.md, which points here.
COPY LICENSE /usr/share/doc/dingdan/LICENSE
COPY keyword-dicts /etc/dingdan/keyword-dicts

# Inside of a container, "this machine only" would be nobody; and a relative path of the store
# would start from the configuration's folder, where this user may not write.
ENV DINGDAN_CONFIG=/etc/dingdan/config/dingdan.toml \
    DINGDAN__SERVER__BIND=0.0.0.0:8080 \
    DINGDAN__STORAGE__URL=sqlite:///var/lib/dingdan/dingdan.db \
    DINGDAN__STORAGE__FILES=/var/lib/dingdan/files

USER dingdan
# The store is here, and here alone this user may write.
WORKDIR /var/lib/dingdan
VOLUME /var/lib/dingdan
EXPOSE 8080

# The binary asks itself, so the image needs no curl. Alive is enough here: whether the store answers
# is /readyz, and restarting us would not bring it back. Another port in DINGDAN__SERVER__BIND needs
# --url here too.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["dingdan", "healthcheck", "--url", "http://127.0.0.1:8080/healthz"]

# The first SIGTERM finishes what is in hand, for up to ten seconds on each side of the commit.
STOPSIGNAL SIGTERM
ENTRYPOINT ["dingdan"]
CMD ["serve"]
