"""Listen here and answer from beside a Docker engine: bridge.py LISTEN PORT [COMMAND...].

docker-lab's engine has a network of its own: a port that it publishes on 127.0.0.1 is not one of
this machine's. COMMAND runs a program there; it is handed the socket that listens here.
"""

import asyncio
import os
import socket
import sys

HANDED_OVER = 50  # a file descriptor that no shell on the way uses


def listen(port: int, target: str, *before: str) -> None:
    listener = socket.create_server(("127.0.0.1", port))
    os.dup2(listener.fileno(), HANDED_OVER, inheritable=True)
    os.execvp(before[0], [*before, sys.executable, __file__, target])


async def answer(target: int) -> None:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            ours = await asyncio.open_connection("127.0.0.1", target)
            await asyncio.gather(pass_on(reader, ours[1]), pass_on(ours[0], writer))
        except OSError:
            writer.close()

    server = await asyncio.start_server(meet, sock=socket.socket(fileno=HANDED_OVER))
    await server.serve_forever()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        listen(int(sys.argv[1]), *sys.argv[2:])
    asyncio.run(answer(int(sys.argv[1])))
