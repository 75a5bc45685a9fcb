import arrayFiles from "./knowledge/array-files.json" with { type: "json" };
import builtins from "./knowledge/builtins.json" with { type: "json" };
import controlSystems from "./knowledge/control-systems.json" with { type: "json" };
import matplotlib from "./knowledge/matplotlib.json" with { type: "json" };
import network from "./knowledge/network.json" with { type: "json" };
import numpy from "./knowledge/numpy.json" with { type: "json" };
import pandas from "./knowledge/pandas.json" with { type: "json" };
import scientificHelpers from "./knowledge/scientific-helpers.json" with { type: "json" };
import scikitLearn from "./knowledge/scikit-learn.json" with { type: "json" };
import scipy from "./knowledge/scipy.json" with { type: "json" };
import seaborn from "./knowledge/seaborn.json" with { type: "json" };
import serialisation from "./knowledge/serialisation.json" with { type: "json" };
import standardLibraryNames from "./knowledge/standard-library-names.json" with { type: "json" };
import standardLibrary from "./knowledge/standard-library.json" with { type: "json" };
import statsmodels from "./knowledge/statsmodels.json" with { type: "json" };
import system from "./knowledge/system.json" with { type: "json" };
import type { Domain } from "./knowledge-domain.ts";

/** Every domain that ships. Their shape is checked against `knowledge/domain.schema.json` by the tests. */
export const DOMAINS = [
  standardLibraryNames,
  builtins,
  standardLibrary,
  system,
  network,
  controlSystems,
  serialisation,
  numpy,
  pandas,
  scipy,
  matplotlib,
  seaborn,
  scikitLearn,
  statsmodels,
  arrayFiles,
  scientificHelpers,
] as unknown as readonly Domain[];
