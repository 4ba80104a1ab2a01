// Makes one image of a recipe, unless it is there.

/**
 * The image `<repository>:<hash>` is there, and `:latest` is it. A recipe is `{ repository, hash, make(tag) }`: what it is made
 * from is in the hash, so an image of that hash is never made twice.
 */
export async function buildImage({ repository, hash, make }, { docker, say, force, dry }) {
  const tag = `${repository}:${hash}`;
  const there = docker.ask("image", "inspect", "--format", "{{.Id}}", tag) !== null;
  if (there && !force) {
    docker.run("tag", tag, `${repository}:latest`);
    say(`${tag} is up to date`);
    return;
  }
  if (dry) return say(`${tag} would be made`);
  const began = Date.now();
  say(`${tag} ...`);
  await make(tag);
  docker.run("tag", tag, `${repository}:latest`);
  dropOld(docker, repository);
  const bytes = Number(docker.run("image", "inspect", "--format", "{{.Size}}", tag));
  say(`${tag} is made, ${Math.round((Date.now() - began) / 100) / 10} s, ${Math.round(bytes / 1e6)} MB`);
}

const keptImages = 3;

/** Only the newest images of the repository are left; one that a container runs in stays, too. */
function dropOld(docker, repository) {
  const listed = docker.run("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", repository).split("\n");
  const old = [...new Set(listed)].filter((tag) => !tag.endsWith(":latest")).slice(keptImages);
  for (const tag of old) docker.ask("image", "rm", tag);
}
