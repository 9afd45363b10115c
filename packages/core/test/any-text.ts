import * as fc from 'fast-check'

/** Any text at all, lone surrogates included; far cheaper to set up than fast-check's own `binary` unit. */
export const anyText = (maxLength = 20): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 0x7f }),
        fc.integer({ min: 0, max: 0x2fff }),
        fc.nat({ max: 0xffff }),
      ),
      {
        maxLength,
      },
    )
    .map((units) => String.fromCharCode(...units))
