"""The sandbox gateway's own configuration, word for word, in a gateway that takes every execute request as its first."""

with open("/etc/jupyter/jupyter_kernel_gateway_config.py", encoding="utf-8") as product:
    exec(compile(product.read(), product.name, "exec"))

# Found before what an instance stores, so that it never remembers having accepted a request.
OneRequest.taken = property(lambda self: False, lambda self, value: None)  # noqa: F821


def end_after(seconds):
    """A sandbox starts one timer for its one request; a thread for each of many cells would meet the limit of processes."""
