"""The words that first passwords are made of: kind, short, and hard to mishear, misspell or misread."""

from __future__ import annotations

_TEXT = """
acorn album alder almond amber anchor apple apricot arrow atlas autumn avocado badge bagel baker
bamboo banjo barley basil basket beacon beaver berry birch biscuit bison bloom blossom boat
bonnet bounce branch bread breeze bridge bright bronze brook brush bubble bucket buddy bugle
bunny button cabin camera canal canary candle canoe canvas captain carrot castle cedar cello
chalk chart cheer cheese cherry chess chestnut chive cinema circle circus citrus clarinet clever
cloud clover cobalt cocoa coconut comet compass cookie copper coral corner cotton cradle crayon
creek cricket crocus crown crystal cupcake curtain cushion cycle daffodil daisy dance dawn delta
denim desert diamond dinner dolphin dragon dream drum duckling dune eagle earth easel echo ember
emerald engine evening explorer falcon farmer feast feather fern ferry festival field finch
firefly flag flamingo florist flute foal forest fossil fountain fresh friend frisbee frog frost
galaxy gallop garden garnet gazelle gecko gentle ginger giraffe glacier glade glider glitter
globe glove glow goat golden granite grape grass gravel green grove guitar hammock hamster happy
harmony harp harvest hazel heather helmet heron hiker hill holiday holly honey hoop horizon
husky iceberg igloo indigo island ivory jacket jaguar jasmine jelly jewel jigsaw jolly journey
juggle juice jumper jungle juniper kayak kettle kitchen kite kitten kiwi koala ladder ladybird
lagoon lamb lantern lark laurel lavender leaf lemon lemur lentil letter library lilac lily linen
lion llama lobster locket lotus lucky lunch magnet mango maple marble marigold market marmalade
meadow medal melody melon mentor meteor mimosa mirror mitten moon morning mosaic moss mountain
muffin mural museum music napkin narwhal navy nectar nest noodle notebook novel nutmeg oasis
oatmeal ocean octopus olive opal opera orange orbit orchard orchid origami osprey otter outdoor
oyster paddle painter palace palm panda papaya paper parade parcel parrot parsley pastel pasture
patch peach peanut pearl pebble pelican pencil penguin pepper petal piano picnic pillow pilot
pine pioneer planet pocket poem poet polar polka pollen pond pony poplar poppy porridge postcard
potato prairie pretzel prism puddle puffin pumpkin puppet puppy purple puzzle quail quartz quest
quiet quill quilt rabbit radio radish rainbow raisin ranger raven reindeer ribbon river robin
robot rocket rosemary rowing ruby runner saddle saffron sailor salad salmon sapphire satin
saturn scarf scooter seaside season seed shell shelter shore silver singer sketch skipper
slipper smile snow solar sonnet soup spark sparrow spinach spiral sponge spring sprout spruce
squirrel stable star station stone story stream summer sunny sunrise swallow swan swift swing
table tadpole tapestry teacup teapot tennis thimble thistle thunder thyme ticket tiger timber
toast toffee tomato topaz tortoise toucan tower trail travel treasure tree trumpet tulip tunnel
turnip turtle twilight umbrella unicorn valley vanilla velvet verse village vine violet violin
voyage waffle walnut warbler water welcome wheat whisper whistle willow window winter wombat
wonder woolly yellow zebra zephyr zigzag
"""
WORDS = tuple(_TEXT.split())
