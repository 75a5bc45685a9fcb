import arrayFiles from "./knowledge/array-files.json" with { type: "json" };
import builtins from "./knowledge/builtins.json" with { type: "json" };
import controlSystems from "./knowledge/control-systems.json" with { type: "json" };
import acceleratorMiddleLayer from "./knowledge/control/accelerator-middle-layer.json" with { type: "json" };
import bliss from "./knowledge/control/bliss.json" with { type: "json" };
import blueskyQueueserverApi from "./knowledge/control/bluesky-queueserver-api.json" with { type: "json" };
import epicscorelibs from "./knowledge/control/epicscorelibs.json" with { type: "json" };
import happi from "./knowledge/control/happi.json" with { type: "json" };
import lclsTools from "./knowledge/control/lcls-tools.json" with { type: "json" };
import ophydAsync from "./knowledge/control/ophyd-async.json" with { type: "json" };
import osprey from "./knowledge/control/osprey.json" with { type: "json" };
import pydm from "./knowledge/control/pydm.json" with { type: "json" };
import pytac from "./knowledge/control/pytac.json" with { type: "json" };
import pytine from "./knowledge/control/pytine.json" with { type: "json" };
import sardana from "./knowledge/control/sardana.json" with { type: "json" };
import tango from "./knowledge/control/tango.json" with { type: "json" };
import taurus from "./knowledge/control/taurus.json" with { type: "json" };
import artiq from "./knowledge/instruments/artiq.json" with { type: "json" };
import asyncua from "./knowledge/instruments/asyncua.json" with { type: "json" };
import labrad from "./knowledge/instruments/labrad.json" with { type: "json" };
import nidaqmx from "./knowledge/instruments/nidaqmx.json" with { type: "json" };
import pyads from "./knowledge/instruments/pyads.json" with { type: "json" };
import pymeasure from "./knowledge/instruments/pymeasure.json" with { type: "json" };
import pymodbus from "./knowledge/instruments/pymodbus.json" with { type: "json" };
import qcodes from "./knowledge/instruments/qcodes.json" with { type: "json" };
import sipyco from "./knowledge/instruments/sipyco.json" with { type: "json" };
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
  acceleratorMiddleLayer,
  bliss,
  blueskyQueueserverApi,
  epicscorelibs,
  happi,
  lclsTools,
  ophydAsync,
  osprey,
  pydm,
  pytac,
  pytine,
  sardana,
  tango,
  taurus,
  artiq,
  asyncua,
  labrad,
  nidaqmx,
  pyads,
  pymeasure,
  pymodbus,
  qcodes,
  sipyco,
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
