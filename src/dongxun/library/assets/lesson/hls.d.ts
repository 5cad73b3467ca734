/** hls.js ships its types with the whole build only; the light one has the same shape. */
declare module "hls.js/light" {
  export { default } from "hls.js";
}
