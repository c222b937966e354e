import { testFaults } from './found.js';

testFaults((chapter) => !['KEY', 'SCOPE', 'CONFLICT', 'STORM', 'LOST'].includes(chapter));
