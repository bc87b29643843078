namespace EdgeSync.Primitives.Tests.Sequences;

/// <summary>Each operator against the one of System.Linq that it stands for, on the same input.</summary>
public sealed class SequencesTests
{
    public static TheoryData<int[]> Inputs =>
    [
        [],
        [7],
        [3, 1, 2],
        [2, 2, 1, 1, 2],
        [5, -5, 15, 25, 5, -5, 0, 11, 1, 21, 31],
        [.. Enumerable.Range(0, 100).Select(i => (i * 7919) % 31)],
    ];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Projection_AnyInput_IsAsInLinq(int[] input)
    {
        Assert.Equal(Enumerable.Select(input, x => $"{x}"), Projection.Select(input, x => $"{x}"));
        Assert.Equal(Enumerable.Select(input, (x, i) => x * i), Projection.Select(input, (x, i) => x * i));
        Assert.Equal(Enumerable.Where(input, IsOdd), Projection.Where(input, IsOdd));
        Assert.Equal(Enumerable.SelectMany(input, Repeat), Projection.SelectMany(input, Repeat));
        Assert.Equal(Enumerable.OfType<string>(Mixed(input)), Projection.OfType<string>(Mixed(input)));
        Assert.Equal(Enumerable.Cast<int>(input), Projection.Cast<int>(input));
        Assert.Equal(Enumerable.Zip(input, Enumerable.Skip(input, 1)), Projection.Zip(input, Enumerable.Skip(input, 1)));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Slicing_AnyInput_IsAsInLinq(int[] input)
    {
        int[] other = [2, 40, 2];
        foreach (var count in new[] { -1, 0, 1, 3, 1000 })
        {
            Assert.Equal(Enumerable.Take(input, count), Slicing.Take(input, count));
            Assert.Equal(Enumerable.Skip(input, count), Slicing.Skip(input, count));
        }

        Assert.Equal(Enumerable.Concat(input, other), Slicing.Concat(input, other));
        Assert.Equal(Enumerable.Append(input, 9), Slicing.Append(input, 9));
        Assert.Equal(Enumerable.Prepend(input, 9), Slicing.Prepend(input, 9));
        Assert.Equal(Enumerable.Distinct(input), Slicing.Distinct(input));
        Assert.Equal(Enumerable.DistinctBy(input, Tens), Slicing.DistinctBy(input, Tens));
        Assert.Equal(Enumerable.Union(input, other), Slicing.Union(input, other));
        Assert.Equal(Enumerable.Except(input, other), Slicing.Except(input, other));
        Assert.Equal(Enumerable.DefaultIfEmpty(input, 4), Slicing.DefaultIfEmpty(input, 4));
        Assert.Equal(Enumerable.Reverse(input), Slicing.Reverse(input));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Questions_AnyInput_IsAsInLinq(int[] input)
    {
        Assert.Equal(Enumerable.Any(Lazy(input)), Questions.Any(Lazy(input)));
        Assert.Equal(Enumerable.Any(input, IsOdd), Questions.Any(input, IsOdd));
        Assert.Equal(Enumerable.All(input, IsOdd), Questions.All(input, IsOdd));
        Assert.Equal(Enumerable.Contains(input, 2), Questions.Contains(input, 2));
        Assert.Equal(Enumerable.Contains(Lazy(input), 2), Questions.Contains(Lazy(input), 2));
        Assert.Equal(Enumerable.FirstOrDefault(input), Questions.FirstOrDefault(input));
        Assert.Equal(Enumerable.FirstOrDefault(input, IsOdd), Questions.FirstOrDefault(input, IsOdd));
        Assert.Equal(Enumerable.LastOrDefault(input), Questions.LastOrDefault(input));
        Assert.Equal(Enumerable.LastOrDefault(input, IsOdd), Questions.LastOrDefault(input, IsOdd));
        Assert.Equal(Enumerable.Count(Lazy(input)), Questions.Count(Lazy(input)));
        Assert.Equal(Enumerable.Count(input, IsOdd), Questions.Count(input, IsOdd));
        Assert.Equal(Enumerable.SequenceEqual(input, Lazy(input)), Questions.SequenceEqual(input, Lazy(input)));
        Assert.Equal(Enumerable.SequenceEqual(input, [3, 1, 2, 4]), Questions.SequenceEqual(input, [3, 1, 2, 4]));
        Assert.Equal(Enumerable.SequenceEqual(input, [3, 1]), Questions.SequenceEqual(input, [3, 1]));
        Assert.Equal(Enumerable.Aggregate(input, "", Join), Questions.Aggregate(input, "", Join));
        AssertSame(() => Enumerable.First(input), () => Questions.First(input));
        AssertSame(() => Enumerable.First(input, IsOdd), () => Questions.First(input, IsOdd));
        AssertSame(() => Enumerable.Last(input), () => Questions.Last(input));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Numbers_AnyInput_IsAsInLinq(int[] input)
    {
        Assert.Equal(Enumerable.Sum(input), Numbers.Sum(input));
        Assert.Equal(Enumerable.Sum(input, x => (long)x * 2), Numbers.Sum(input, x => (long)x * 2));
        Assert.Equal(Enumerable.Sum(input, x => (byte)x), Numbers.Sum(input, x => (byte)x));
        Assert.Equal(Enumerable.Max(input, NameOf), Numbers.Max(input, NameOf));
        Assert.Equal(Enumerable.Min(input, NameOf), Numbers.Min(input, NameOf));
        AssertSame(() => Enumerable.Max(input), () => Numbers.Max(input));
        AssertSame(() => Enumerable.Min(input), () => Numbers.Min(input));
        AssertSame(() => Enumerable.MaxBy(input, Tens), () => Numbers.MaxBy(input, Tens));
        AssertSame(() => Enumerable.MinBy(input, Tens), () => Numbers.MinBy(input, Tens));
        var names = Enumerable.ToList(Enumerable.Select(input, NameOf));
        Assert.Equal(Enumerable.MaxBy(names, n => n, StringComparer.Ordinal), Numbers.MaxBy(names, n => n, StringComparer.Ordinal));
        Assert.Equal(Enumerable.MinBy(names, n => n?.Length), Numbers.MinBy(names, n => n?.Length));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Ordering_AnyInput_IsAsInLinqAndStable(int[] input)
    {
        Assert.Equal(Enumerable.Order(input), Ordering.Order(input));
        Assert.Equal(Enumerable.OrderBy(input, Tens), Ordering.OrderBy(input, Tens));
        Assert.Equal(Enumerable.OrderByDescending(input, Tens), Ordering.OrderByDescending(input, Tens));
        Assert.Equal(
            Enumerable.ThenByDescending(Enumerable.OrderBy(input, Tens), x => x), Ordering.ThenByDescending(Ordering.OrderBy(input, Tens), x => x));
        Assert.Equal(
            Enumerable.ThenBy(Enumerable.OrderByDescending(input, NameOf, StringComparer.Ordinal), x => -x),
            Ordering.ThenBy(Ordering.OrderByDescending(input, NameOf, StringComparer.Ordinal), x => -x));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Gathering_AnyInput_IsAsInLinq(int[] input)
    {
        var distinct = Enumerable.ToList(Enumerable.Distinct(input));
        Assert.Equal(Enumerable.ToList(Lazy(input)), Gathering.ToList(Lazy(input)));
        Assert.Equal(Enumerable.ToArray(Lazy(input)), Gathering.ToArray(Lazy(input)));
        Assert.Equal(Enumerable.ToHashSet(input), Gathering.ToHashSet(input));
        Assert.Equal(Enumerable.ToDictionary(distinct, x => x, NameOf), Gathering.ToDictionary(distinct, x => x, NameOf));
        Assert.Equal(
            Enumerable.Select(Enumerable.GroupBy(input, Tens), g => $"{g.Key}: {string.Join(',', g)}"),
            Projection.Select(Gathering.GroupBy(input, Tens), g => $"{g.Key}: {string.Join(',', g)}"));
        Assert.Equal(
            Enumerable.Select(Enumerable.GroupBy(input, Tens, NameOf), g => $"{g.Key}: {string.Join(',', g)}"),
            Projection.Select(Gathering.GroupBy(input, Tens, NameOf), g => $"{g.Key}: {string.Join(',', g)}"));
    }

    [Fact]
    public void ToDictionary_SameKeyTwice_Throws() => Assert.Throws<ArgumentException>(() => Gathering.ToDictionary(new[] { 1, 1 }, x => x));

    [Fact]
    public void Sum_TooLarge_Throws() => Assert.Throws<OverflowException>(() => Numbers.Sum(new[] { long.MaxValue, 1 }));

    [Fact]
    public void Take_EndlessSource_ReadsNoMoreThanAsked()
    {
        var read = 0;

        Assert.Equal([1, 2], Slicing.Take(Endless(), 2));
        Assert.Equal(2, read);

        IEnumerable<int> Endless()
        {
            while (true)
            {
                yield return ++read;
            }
        }
    }

    private static bool IsOdd(int x) => x % 2 != 0;

    private static int Tens(int x) => x / 10;

    private static string? NameOf(int x) => x < 0 ? null : $"n{x}";

    private static string Join(string all, int x) => $"{all}/{x}";

    private static IEnumerable<int> Repeat(int x) => Enumerable.Repeat(x, Math.Abs(x) % 3);

    private static IEnumerable<object?> Mixed(int[] input) => Enumerable.Select(input, x => x % 3 == 0 ? null : IsOdd(x) ? (object)x : $"{x}");

    private static IEnumerable<int> Lazy(int[] input)
    {
        foreach (var x in input)
        {
            yield return x;
        }
    }

    private static void AssertSame(Func<int> linq, Func<int> ours)
    {
        if (Record.Exception(() => linq()) is { } failure)
        {
            Assert.IsType(failure.GetType(), Record.Exception(() => ours()));
        }
        else
        {
            Assert.Equal(linq(), ours());
        }
    }
}
