/** The name of our explaining check. It takes no part in what we read, else we would wait for ourselves (scm §1.4). */
export const ownCheckName = "gastown";
