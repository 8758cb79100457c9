import type { Parameter } from './deployment.js';

type Reader = (text: string) => Parameter['value'] | null;

const INTEGER = /^[-+]?\d+$/;
const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
/** As `strtobool` of Python, which Seldon's components use. */
const TRUE = /^(?:y|yes|t|true|on|1)$/i;
const FALSE = /^(?:n|no|f|false|off|0)$/i;

const readDecimal: Reader = (text) => finite(DECIMAL.test(text.trim()) ? Number(text) : Number.NaN);

const readers: Readonly<Record<Parameter['type'], Reader>> = {
  INT: (text) => {
    const value = INTEGER.test(text.trim()) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) ? value : null;
  },
  FLOAT: readDecimal,
  DOUBLE: readDecimal,
  STRING: (text) => text,
  BOOL: (text) => (TRUE.test(text.trim()) ? true : FALSE.test(text.trim()) ? false : null),
};

/** The value that `text` stands for; null where it is none of that type. */
export function convertParameter(type: Parameter['type'], text: string): Parameter['value'] | null {
  return readers[type](text);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
