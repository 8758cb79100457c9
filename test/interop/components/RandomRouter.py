import random

import journal


class RandomRouter:
    def __init__(self, n_branches):
        self.n_branches = int(n_branches)

    def route(self, features, features_names=None):
        return random.randrange(self.n_branches)

    def send_feedback(self, features, feature_names, reward, truth, routing=None):
        journal.write("feedback", reward=reward, routing=routing)
