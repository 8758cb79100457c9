export { CreateLedger1763800000000 } from './1763800000000-create-ledger.js';
export { AllowUnknownPropensity1763900000000 } from './1763900000000-allow-unknown-propensity.js';
