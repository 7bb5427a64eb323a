# Caddy as an ordinary user: it listens on high ports (Caddyfile), so its binary needs no capability, and its folder of
# certificates belongs to the user that it runs as.
FROM caddy:2-alpine
RUN setcap -r /usr/bin/caddy && chown -R 10002:10002 /data
COPY Caddyfile /etc/caddy/Caddyfile
USER 10002:10002
