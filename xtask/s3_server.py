"""An S3-compatible store that lives for one run of the tests, in memory, on this machine alone.

Makes one bucket and one user who may read and write objects in it, prints where and who as a line of
JSON, and ends when its standard input closes. From then on every request needs a right signature.
"""

import json
import logging
import sys

from moto import settings
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.s3.models import s3_backends

BUCKET = "evidence"
RIGHTS = ["s3:PutObject", "s3:GetObject", "s3:HeadObject", "s3:DeleteObject", "s3:ListBucket"]


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    users = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
    users.create_user(region_name="us-east-1", user_name="taizhang")
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": RIGHTS, "Resource": "*"}],
    }
    users.put_user_policy("taizhang", "files", json.dumps(policy))
    key = users.create_access_key("taizhang")
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(BUCKET, "us-east-1")
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    told = {
        "endpoint": f"http://{host}:{port}",
        "bucket": BUCKET,
        "access_key": key.access_key_id,
        "secret_key": key.secret_access_key,
    }
    print(json.dumps(told), flush=True)
    sys.stdin.buffer.read()
    server.stop()


main()
