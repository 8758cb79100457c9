export { CreateLedger1763800000000 } from './1763800000000-create-ledger.js';
