import type { FinalAnswer, PythonAnswer } from "./answers.ts";

/** One question of the sample workspace and everything that the scripted model says about it. */
export interface Script {
  readonly question: string;
  readonly objective: string;
  readonly step: string;
  /** One program an attempt, in order. */
  readonly attempts: readonly PythonAnswer[];
  /** `result` reads a value that the run left in `results`, as text; undefined where there is none. */
  readonly answer: (result: (name: string) => string | undefined) => FinalAnswer;
}

const NO_RESULTS = "The program did not finish, so there is no answer.";

const MONTH_NAMES = `names = ["January", "February", "March", "April", "May", "June", "July"]
names += ["August", "September", "October", "November", "December"]`;

const CO2_CODE = `import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

co2 = pd.read_csv("data/co2-concentration.csv", parse_dates=["Date"])
years = co2["Date"].dt.year + (co2["Date"].dt.month - 0.5) / 12
slope, intercept = np.polyfit(years, co2["adjusted CO2"], 1)

# The record's own seasonal part: what was measured minus what remains after its seasonal adjustment.
seasonal = co2["CO2"] - co2["adjusted CO2"]
cycle = seasonal.groupby(co2["Date"].dt.month).mean()
${MONTH_NAMES}

figure, (trend_axes, cycle_axes) = plt.subplots(1, 2, figsize=(11, 4))
trend_axes.plot(co2["Date"], co2["CO2"], linewidth=0.8, label="measured")
trend_axes.plot(co2["Date"], intercept + slope * years, label="linear trend")
trend_axes.set_ylabel("CO\\u2082 (ppm)")
trend_axes.legend()
cycle_axes.bar(cycle.index, cycle)
cycle_axes.set_xlabel("month")
cycle_axes.set_ylabel("difference from the trend (ppm)")
figure.tight_layout()
figure.savefig("co2.png")

results = {
    "months": len(co2),
    "trend_ppm_per_year": slope,
    "month_of_maximum": names[cycle.idxmax() - 1],
    "month_of_minimum": names[cycle.idxmin() - 1],
    "peak_to_trough_ppm": cycle.max() - cycle.min(),
}
`;

const WEATHER_GUESS = `import pandas as pd

weather = pd.read_csv("data/seattle-weather.csv", parse_dates=["date"])
rain = weather["rain"].groupby(weather["date"].dt.month).sum()
results = {"wettest_month": rain.idxmax(), "wettest_month_mm": rain.max()}
`;

const WEATHER_CODE = `import matplotlib.pyplot as plt
import pandas as pd

weather = pd.read_csv("data/seattle-weather.csv", parse_dates=["date"])
years = weather["date"].dt.year.nunique()
rain = weather["precipitation"].groupby(weather["date"].dt.month).sum() / years
${MONTH_NAMES}

figure, axes = plt.subplots(figsize=(8, 4))
axes.bar(names, rain)
axes.set_ylabel("precipitation (mm per month)")
axes.tick_params(axis="x", rotation=45)
figure.tight_layout()
figure.savefig("rain.png")

results = {
    "years": years,
    "wettest_month": names[rain.idxmax() - 1],
    "wettest_month_mm": rain.max(),
    "driest_month": names[rain.idxmin() - 1],
    "driest_month_mm": rain.min(),
}
`;

const MAGNET_CODE = `import epics

channel = "SR:MAG:QF1:CURRENT"
before = epics.caget(channel)
epics.caput(channel, 2.5, wait=True)
after = epics.caget(channel, use_monitor=False)
results = {"channel": channel, "before_A": before, "after_A": after}
`;

const carbonDioxide: Script = {
  question: "How fast does CO₂ at Mauna Loa rise, and what is its yearly cycle?",
  objective: "The linear trend of the Mauna Loa record in ppm per year, and its mean yearly cycle",
  step: "Fit a line to the seasonally adjusted record and average the seasonal part by month",
  attempts: [
    {
      code: CO2_CODE,
      purpose: "Fits the trend of the Mauna Loa CO₂ record and averages its yearly cycle",
      expectedResults:
        "Trend in ppm per year, months of maximum and minimum, peak to trough in ppm; one figure",
      mode: "read_only",
    },
  ],
  answer: (result) => {
    const trend = rounded(result("trend_ppm_per_year"), 2);
    if (trend === undefined) return { text: NO_RESULTS };
    const [high, low] = [result("month_of_maximum") ?? "?", result("month_of_minimum") ?? "?"];
    return {
      text: `From 1958 to 2020 CO₂ at Mauna Loa rose by ${trend} ppm a year on average (a straight line; the rise itself became faster). Within a year it is highest in ${high} and lowest in ${low}, ${rounded(result("peak_to_trough_ppm"), 1) ?? "?"} ppm apart.`,
      memory: {
        title: "Mauna Loa CO₂: two columns, some months missing",
        text: 'In data/co2-concentration.csv the column "adjusted CO2" has the yearly cycle removed, "CO2" has not. The record begins in March 1958 and a few months of 1958 and 1964 are missing.',
      },
    };
  },
};

const wettestMonth: Script = {
  question: "Which month is the wettest in Seattle?",
  objective: "The month with the most precipitation in Seattle, averaged over the years of the record",
  step: "Add up precipitation by month and average over the years",
  attempts: [
    {
      code: WEATHER_GUESS,
      purpose: "Adds up Seattle's rain by month",
      expectedResults: "The wettest month and its precipitation in mm",
      mode: "read_only",
    },
    {
      code: WEATHER_CODE,
      purpose: "Adds up Seattle's precipitation by month, from the column precipitation",
      expectedResults: "The wettest and the driest month with their mean precipitation in mm; one figure",
      mode: "read_only",
    },
  ],
  answer: (result) => {
    const month = result("wettest_month");
    if (month === undefined) return { text: NO_RESULTS };
    return {
      text: `${month} is the wettest month in Seattle with ${rounded(result("wettest_month_mm"), 0) ?? "?"} mm on average, ${result("driest_month") ?? "?"} the driest with ${rounded(result("driest_month_mm"), 0) ?? "?"} mm (${result("years") ?? "?"} years, 2012 to 2015).`,
      memory: {
        title: "Seattle's weather: rain is in the column precipitation",
        text: "In data/seattle-weather.csv daily precipitation in mm is in the column precipitation; there is no column rain.",
      },
    };
  },
};

const magnetCurrent: Script = {
  question: "Raise the current of magnet QF1 to 2.5 A.",
  objective: "Magnet QF1 at a current of 2.5 A",
  step: "Set SR:MAG:QF1:CURRENT to 2.5 and read it back",
  attempts: [
    {
      code: MAGNET_CODE,
      purpose: "Sets the current of magnet QF1 to 2.5 A and reads it back",
      expectedResults: "The current before and after, in A",
      mode: "write_access",
    },
  ],
  answer: (result) => {
    const after = result("after_A");
    return {
      text:
        after === undefined
          ? "The current of QF1 was not changed: the control write did not run."
          : `The current of QF1 was ${result("before_A") ?? "unknown"} A and is ${after} A now.`,
    };
  },
};

export const SCRIPTS: readonly Script[] = [carbonDioxide, wettestMonth, magnetCurrent];

function rounded(value: string | undefined, digits: number): string | undefined {
  return value === undefined || !Number.isFinite(Number(value)) ? undefined : Number(value).toFixed(digits);
}
