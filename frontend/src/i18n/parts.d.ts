/** Parts of a catalogue; made by `build/texts.ts`. */
declare module "*.json?first" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?rest" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?account" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?settings" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?dialogs" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?emoji" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?rooms" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?search" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?pages" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?message" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?notify" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?admin" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?menu" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.json?files" {
  const texts: Record<string, string>;
  export default texts;
}
