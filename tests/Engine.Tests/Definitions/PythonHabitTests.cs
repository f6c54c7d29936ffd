using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Tests.Definitions;

public class PythonHabitTests
{
    [Theory]
    [InlineData("None", "is Python: write null")]
    [InlineData("True", "is Python: write true")]
    [InlineData("False", "is Python: write false")]
    [InlineData("(3, 3)", "is Python: write [3, 3]")]
    [InlineData("(3,)", "is Python: write [3]")]
    [InlineData("((1, 1), (2, 2))", "is Python: write [[1, 1], [2, 2]]")]
    [InlineData("lambda x: x", "is Python: a function cannot be written in a file; name one that exists")]
    [InlineData("Dense(10, activation='relu')", "is Python: write Dense: {option: value, …}")]
    [InlineData("tf.keras.layers.Dense(10)", "is Python: write Dense: {option: value, …}")]
    [InlineData("keras.layers.Dense", "is Python: write Dense")]
    [InlineData("tf.float32", "is Python: write float32")]
    [InlineData("float('inf')", "is Python: write .inf")]
    [InlineData("np.nan", "is Python: write .nan")]
    [InlineData("1_000_000", "is Python: write 1000000")]
    [InlineData("28*28", "is Python: nothing is computed here but fractions; write the result")]
    [InlineData("units=128", "is Python: write units: 128")]
    [InlineData("units:128", "lacks a space after the colon: write units: 128")]
    [InlineData("“relu”", "has curly quotes: write relu")]
    public void WhatPythonWouldWriteIsKnown(string text, string hint) => Assert.Equal(hint, PythonHabit.HintFor(text));

    [Theory]
    [InlineData("relu")]
    [InlineData("1e-3")]
    [InlineData("1/255")]
    [InlineData("-5")]
    [InlineData("mnist.train.x")]
    [InlineData("https://example.org/x.npz")]
    [InlineData("12:30")]
    [InlineData("name@best:val_accuracy")]
    [InlineData("2026-11-22")]
    [InlineData("best_model.h5")]
    [InlineData("")]
    public void WhatIsNotPythonIsLeftAlone(string text) => Assert.Null(PythonHabit.HintFor(text));
}
