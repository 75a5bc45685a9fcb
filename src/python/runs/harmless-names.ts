/** Files that hold data, documents or pictures, by the ending of their names. What else there is, some tool may obey. */
const DATA_ENDINGS: ReadonlySet<string> = new Set(
  [
    "csv tsv psv txt dat data asc log out json jsonl ndjson geojson topojson xml html htm svg",
    "parquet pq feather arrow ipc orc avro xlsx xls ods docx pptx odt rtf pdf ps eps bib",
    "h5 hdf5 hdf he5 nxs nx nexus nc nc4 cdf cdl grib grb grib2 zarr n5 npy npz mat fits fit fts root edf spe spc mca",
    "pkl pickle joblib pt safetensors onnx db sqlite sqlite3 duckdb bin raw dta sav sas7bdat rds rda",
    "png jpg jpeg gif tif tiff bmp webp ico pgm ppm pbm cbf img mrc dm3 dm4 czi nd2 dcm nii exr",
    "mp4 webm mov avi wav flac mp3 ogg gz bz2 xz zst lz4 zip tar tgz 7z",
    "pdb cif mol mol2 sdf xyz vtk vtu vtp stl ply obj las laz shp shx dbf prj kml gpx gml lat twiss tfs sdds",
  ].flatMap((line) => line.split(" ")),
);

/** Names with such an ending that tools obey all the same. Compared in lower case. */
const OBEYED: readonly RegExp[] = [
  /^(cmakelists|conanfile|runtime|apt|llms(-.*)?|.*requirements.*|.*constraints.*)\.txt$/,
  // What configures editors, package managers, compilers, linters and agents as JSON.
  /(config|settings|package|preset|workspace|manifest|dependencies).*\.json$/,
  /(^|[._-])(lock|shrinkwrap|rc)\.json$/,
  /^(launch|tasks|extensions|keybindings|mcp|devcontainer.*|composer|bower|deno|lerna|nx|turbo|project|angular|biome)\.json$/,
  /^(global|vcpkg|compile_commands|c_cpp_properties|rush|vercel|now|firebase|app|renovate|kernel|nodemon|cypress)\.json$/,
  /^(api-extractor|typedoc|jsdoc|tslint|dprint|plugin|hooks|cmakeuserpresets|imports?|import_map|omnisharp)\.json$/,
  /^(pom|build|ivy|phpunit.*|androidmanifest|nuget|app|web)\.xml$/,
  /^(desktop|autorun|thumbs)\./,
  /^setup\./,
];

/** Folders by whose name tools find what they obey, the pieces of a bare repository among them. */
const OBEYED_FOLDERS: ReadonlySet<string> = new Set(
  (
    "objects refs hooks info worktrees modules node_modules bower_components site-packages dist-packages __pycache__ " +
    "venv env git hg svn cvs bzr rcs sccs vscode idea devcontainer github jj claude cursor countersign bin scripts"
  ).split(" "),
);

/** @param name one part of a path, without what systems read in different ways */
export function isHarmlessFile(name: string): boolean {
  const plain = plainly(name);
  if (/^\d+(\.\d+)*$/.test(plain)) return true;
  const ending = /[^.]\.([^.]+)$/.exec(plain)?.[1];
  if (ending === undefined) return false;
  return (DATA_ENDINGS.has(ending) || /^\d+$/.test(ending)) && !OBEYED.some((obeyed) => obeyed.test(plain));
}

/** @param name as for a file */
export function isHarmlessFolder(name: string): boolean {
  const plain = plainly(name);
  if (OBEYED_FOLDERS.has(plain)) return false;
  const ending = /\.([^.]+)$/.exec(plain)?.[1];
  return ending === undefined || DATA_ENDINGS.has(ending) || /^\d+\w?$/.test(ending);
}

/** Disks that ignore case also take other characters for plain letters. */
function plainly(name: string): string {
  return name.normalize("NFKC").toUpperCase().toLowerCase();
}
