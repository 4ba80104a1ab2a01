interface Issues {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** What a schema refused, in one line that names each field: `data.title: must not be empty; data.rig: ...`. */
export function describeIssues({ issues }: Issues, within?: string): string {
  return issues
    .map(({ path, message }) => {
      const field = [...(within === undefined ? [] : [within]), ...path.map(String)].join(".");
      return field === "" ? message : `${field}: ${message}`;
    })
    .join("; ");
}
