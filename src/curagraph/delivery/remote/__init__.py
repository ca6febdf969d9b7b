"""Remote stores: `curagraph publish` brings a SPARQL 1.1 store to the state of the current snapshot.

`content` is what is published, in graphs and their pieces; `record` is what a store says it holds of them. `publishing`
compares the two, `batches` packs the difference into requests, `store` speaks SPARQL with what listens at `addresses`,
by a `connection` with `credentials`; `checking` asks afterwards whether it is all there.
"""
