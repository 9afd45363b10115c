/** The steps of a job that may write: the default branch's code, installed, beside the head of a pull request as objects only. */
export const defaultBranchSteps = (install: string, fetchHead: string): string =>
  `      - name: Check out the default branch, with its history
        uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          ref: \${{ github.event.repository.default_branch }}
          fetch-depth: 0
          persist-credentials: false
      - name: Fetch the head as objects, without checking anything out
${fetchHead}
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          node-version: 24
      - name: Install the default branch's code
        run: ${install}`
