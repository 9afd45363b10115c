export { ledgerSuite, type LedgerSuiteOptions, type SuiteCase } from './testing/ledger-suite.ts'
