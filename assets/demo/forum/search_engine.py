from haystack.backends import whoosh_backend
from whoosh.writing import CLEAR


class WhooshSearchBackend(whoosh_backend.WhooshSearchBackend):
    def delete_index(self):
        """
        Empties the index in place. Haystack removes its folder, and a search at
        that moment makes a new one under the hands of rebuild_index.
        """
        self.index.writer().commit(mergetype=CLEAR)


class WhooshEngine(whoosh_backend.WhooshEngine):
    backend = WhooshSearchBackend
