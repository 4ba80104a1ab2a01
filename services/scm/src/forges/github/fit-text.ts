/** GitHub refuses longer ones: characters of a title, and of a body or comment. */
const longest = { title: 256, body: 65_536 };
const cut = "…";

/** The text as long as GitHub takes it; what is cut off shows. */
export function fitText(text: string, kind: keyof typeof longest): string {
  const most = longest[kind];
  return text.length <= most ? text : `${text.slice(0, most - cut.length)}${cut}`;
}
