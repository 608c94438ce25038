# Two steps, so that what is only needed to install (pip and its cache) is not there at run time.
FROM python:3.11-slim AS install
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv --without-pip /venv
COPY requirements.txt .
# Every file is checked against its hash, and nothing is compiled: no compiler is needed.
RUN python -m pip --python /venv/bin/python install --require-hashes --only-binary :all: -r requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 PORT=8000
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin foyer
WORKDIR /app
COPY --from=install /venv /venv
COPY . .
# The code is root's and cannot be written; the database and the secret made on first start are in var.
RUN mkdir -p var && chown foyer:foyer var
USER 10001:10001
VOLUME /app/var
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["gunicorn", "wsgi:app", "--config", "config/gunicorn.py"]
