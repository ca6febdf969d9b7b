"""What leaves the house: releases, feeds and remote stores, each for a partner or for a store of ours."""
