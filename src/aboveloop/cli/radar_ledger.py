"""What `radar ledger` opens: the house's own work. A file of its own, for only this needs the database's library."""

from aboveloop.cli.databases import in_words as database_in_words
from aboveloop.history import our_own
from aboveloop.history.logs.opening import Source, open_events
from aboveloop.kit.database import Database


def source(url: str) -> Source:
    """The ledger is read as it lies: whoever measures it need not wait for the house around it to be put up."""
    with database_in_words(url):
        database = Database(url)
        try:
            database.create_tables()
            with database.read() as reader:
                return open_events(our_own.events(reader))
        finally:
            database.dispose()
