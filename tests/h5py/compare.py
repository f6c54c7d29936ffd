"""Compares HDF5 files with an independent reader: python3 compare.py A B [A B …] (a .keras is opened, and its weights compared).

Prints what differs, one line a thing, and says how many pairs are the same. Groups, attributes (names, types, characters, shapes,
values) and arrays (types, shapes, values to the bit) are compared; the text of configurations is not.
"""

import io
import sys
import zipfile

import h5py
import numpy as np

CONFIGURATIONS = ("model_config", "training_config")


def kind(type_id):
    if isinstance(type_id, h5py.h5t.TypeStringID):
        return f"text any={type_id.is_variable_str()} characters={type_id.get_cset()}"
    return str(type_id.dtype)


def described(file):
    lines = {}

    def attributes(thing, path):
        for i in range(h5py.h5a.get_num_attrs(thing.id)):
            attribute = h5py.h5a.open(thing.id, index=i)
            name = attribute.name.decode()
            value = "" if name in CONFIGURATIONS else repr(thing.attrs[name])
            lines[f"{path}@{name}"] = f"{kind(attribute.get_type())} {attribute.shape} {value}"

    def visit(path, thing):
        if isinstance(thing, h5py.Dataset):
            values = np.asarray(thing[()])
            lines[path] = f"{kind(thing.id.get_type())} {thing.shape} {thing.maxshape} {thing.compression} {values.tobytes().hex()}"
        else:
            lines[path] = "group"
        attributes(thing, path)

    attributes(file["/"], "")
    file.visititems(visit)
    return lines


def opened(path):
    if zipfile.is_zipfile(path):
        return h5py.File(io.BytesIO(zipfile.ZipFile(path).read("model.weights.h5")), "r")
    return h5py.File(path, "r")


def main(paths):
    same = 0
    for one, other in zip(paths[::2], paths[1::2]):
        with opened(one) as a, opened(other) as b:
            expected, actual = described(a), described(b)
        differences = sorted(key for key in expected.keys() | actual.keys() if expected.get(key) != actual.get(key))
        for key in differences:
            print(f"{one}: {key}: {str(expected.get(key))[:200]} | {str(actual.get(key))[:200]}")
        same += not differences
    print(f"{same} of {len(paths) // 2} the same")


main(sys.argv[1:])
