import { describe, expect, it } from '@jest/globals';
import { readGauges } from './gauges.js';

const METRICS = `# HELP switchyard_evidence_decisions Decisions in the evidence
# TYPE switchyard_evidence_decisions gauge
switchyard_evidence_decisions{experiment="default.penguins.main.router",arm="model-a"} 12
switchyard_evidence_decisions{experiment="default.penguins.main.router",arm="model-b"} 30
switchyard_evidence_pulls{experiment="default.penguins.main.router",arm="model-b"} 29
switchyard_evidence_reward{arm="model-b",experiment="default.penguins.main.router"} 2.85e1
switchyard_arm_probability{experiment="default.penguins.main.router",arm="model-b"} 0.99
switchyard_predictions_total{code="200"} 42
process_cpu_seconds_total 1.5
`;

describe('readGauges', () => {
  it('gathers what the router knows of each arm', () => {
    expect(readGauges(METRICS)).toEqual([
      {
        experiment: 'default.penguins.main.router',
        arms: [
          { arm: 'model-a', decisions: 12, pulls: 0, reward: 0, squaredReward: 0, probability: 0 },
          { arm: 'model-b', decisions: 30, pulls: 29, reward: 28.5, squaredReward: 0, probability: 0.99 },
        ],
      },
    ]);
  });

  it('finds nothing in other metrics', () => {
    expect(readGauges('up 1\n')).toEqual([]);
  });
});
