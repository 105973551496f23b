using System.Collections.Immutable;

namespace TwinActors.Ros2.Schemas;

/// <summary>A message layout as the instruction words that Cyclone DDS 0.10 checks, swaps and measures samples
/// with.</summary>
/// <remarks>
/// An instruction is a row of 32-bit words: opcode, type, subtype and flags in the first, the offset in the native
/// structure in the second, extra words after it. Nested messages are flattened in place: plain CDR gives a structure
/// neither header nor alignment of its own, so the bytes on the wire are the same.
/// </remarks>
/// <param name="Words">The program, ended by a return instruction.</param>
/// <param name="Size">Size of the native structure that the offsets describe, in bytes.</param>
/// <param name="Alignment">Alignment of that structure, in bytes.</param>
internal sealed record DdsProgram(ImmutableArray<uint> Words, uint Size, uint Alignment)
{
    /// <summary>A program that takes any body unseen; for relaying and counting types we do not know.</summary>
    public static DdsProgram Opaque { get; } = new([(Address | (OneByte << 16)), 0, Return], 1, 1);

    private const uint Return = 0;
    private const uint Address = 1u << 24;
    private const uint OneByte = 1;
    private const uint TextType = 5;
    private const uint BoundedTextType = 6;
    private const uint SequenceType = 7;
    private const uint ArrayType = 8;
    private const uint StructureType = 0x0a;
    private const uint BoundedSequenceType = 0x0b;
    private const uint BooleanType = 0x0e;
    private const uint FloatFlag = 2;
    private const uint SignedFlag = 4;
    private const uint PointerSize = 8;

    // {u32 maximum, u32 length, pointer, bool release}
    private const uint SequenceSize = 24;

    // An element program is found by a 16-bit distance in words.
    private const int WordLimit = ushort.MaxValue;

    public static DdsProgram Build(RosSchema schema)
    {
        if (schema.HasWideText)
        {
            throw new NotSupportedException($"{schema.Name} has a wstring, which libddsc 0.10 cannot describe.");
        }

        try
        {
            var structure = new Structure(schema, new Budget());
            var words = new List<uint>();
            structure.Emit(words);
            return new DdsProgram([.. words], structure.PaddedSize, structure.Alignment);
        }
        catch (OverflowException)
        {
            throw new NotSupportedException($"{schema.Name} is larger than DDS can describe.");
        }
    }

    /// <summary>Words that one program may still take: nested definitions multiply, so the sum is watched while
    /// building.</summary>
    private sealed class Budget
    {
        private int _left = WordLimit;

        public void Take(int words)
        {
            _left -= words;
            if (_left < 0)
            {
                throw new OverflowException();
            }
        }
    }

    /// <summary>The instructions of one structure, and the element programs they point to.</summary>
    private sealed class Structure
    {
        private readonly List<uint> _code = [];
        private readonly List<(int Instruction, int Word, uint Next, Structure Element)> _elements = [];
        private readonly Budget _budget;
        private uint _size;

        public Structure(RosSchema schema, Budget budget)
        {
            _budget = budget;
            _budget.Take(1);
            Add(schema);
        }

        public uint Alignment { get; private set; } = 1;

        public uint PaddedSize => Math.Max(1, Aligned(_size, Alignment));

        public void Emit(List<uint> words)
        {
            var start = words.Count;
            words.AddRange(_code);
            words.Add(Return);
            foreach (var (instruction, word, next, element) in _elements)
            {
                var distance = words.Count - (start + instruction);
                element.Emit(words);
                words[start + word] = (next << 16) | (uint)distance;
            }
        }

        private static uint Aligned(uint offset, uint alignment) =>
            checked(offset + alignment - 1) / alignment * alignment;

        private void Add(RosSchema schema)
        {
            foreach (var field in schema.Fields)
            {
                var before = _code.Count;
                Add(field);
                if (field.Kind != RosKind.Message || field.Shape != RosShape.Single)
                {
                    _budget.Take(_code.Count - before);
                }
            }
        }

        private void Add(RosField field)
        {
            if (field.Kind == RosKind.Message)
            {
                AddMessage(field);
                return;
            }

            var (type, flags, size, alignment) = Element(field);
            var bounded = field.Kind == RosKind.Text && field.TextLimit > 0;
            switch (field.Shape)
            {
                case RosShape.Single:
                    _code.AddRange([Address | (type << 16) | flags, Place(size, alignment)]);
                    break;
                case RosShape.Fixed:
                    var offset = Place(checked(size * (uint)field.Count), alignment);
                    _code.AddRange([Address | (ArrayType << 16) | (type << 8) | flags, offset, (uint)field.Count]);
                    // The bound of the text stays in the fifth word, where arrays of structures have their size.
                    _code.AddRange(bounded ? [0u] : []);
                    break;
                case RosShape.Bounded:
                    _code.AddRange([Address | (BoundedSequenceType << 16) | (type << 8) | flags, PlaceSequence()]);
                    _code.Add((uint)field.Count);
                    break;
                default:
                    _code.AddRange([Address | (SequenceType << 16) | (type << 8) | flags, PlaceSequence()]);
                    break;
            }

            _code.AddRange(bounded ? [(uint)field.TextLimit + 1] : []);
        }

        private void AddMessage(RosField field)
        {
            if (field.Shape == RosShape.Single)
            {
                Add(field.Message!);
                return;
            }

            var element = new Structure(field.Message!, _budget);
            var instruction = _code.Count;
            switch (field.Shape)
            {
                case RosShape.Fixed:
                    var offset = Place(checked(element.PaddedSize * (uint)field.Count), element.Alignment);
                    _code.AddRange([Address | (ArrayType << 16) | (StructureType << 8), offset, (uint)field.Count]);
                    _elements.Add((instruction, _code.Count, 5, element));
                    _code.AddRange([0, element.PaddedSize]);
                    break;
                case RosShape.Bounded:
                    _code.AddRange([Address | (BoundedSequenceType << 16) | (StructureType << 8), PlaceSequence()]);
                    _code.AddRange([(uint)field.Count, element.PaddedSize]);
                    _elements.Add((instruction, _code.Count, 5, element));
                    _code.Add(0);
                    break;
                default:
                    _code.AddRange([Address | (SequenceType << 16) | (StructureType << 8), PlaceSequence()]);
                    _code.Add(element.PaddedSize);
                    _elements.Add((instruction, _code.Count, 4, element));
                    _code.Add(0);
                    break;
            }
        }

        private static (uint Type, uint Flags, uint Size, uint Alignment) Element(RosField field) => field.Kind switch
        {
            RosKind.Bool => (BooleanType, 0, 1, 1),
            RosKind.Text when field.TextLimit > 0 => (BoundedTextType, 0, checked((uint)field.TextLimit + 1), 1),
            RosKind.Text => (TextType, 0, PointerSize, PointerSize),
            RosKind.Float32 => (3, FloatFlag, 4, 4),
            RosKind.Float64 => (4, FloatFlag, 8, 8),
            RosKind.Int8 => (OneByte, SignedFlag, 1, 1),
            RosKind.Int16 => (2, SignedFlag, 2, 2),
            RosKind.Int32 => (3, SignedFlag, 4, 4),
            RosKind.Int64 => (4, SignedFlag, 8, 8),
            RosKind.UInt16 => (2, 0, 2, 2),
            RosKind.UInt32 => (3, 0, 4, 4),
            RosKind.UInt64 => (4, 0, 8, 8),
            _ => (OneByte, 0, 1, 1),
        };

        private uint PlaceSequence() => Place(SequenceSize, PointerSize);

        private uint Place(uint size, uint alignment)
        {
            Alignment = Math.Max(Alignment, alignment);
            var offset = Aligned(_size, alignment);
            _size = checked(offset + size);
            return offset;
        }
    }
}
